import type errors from '@/shared/i18n/errors/en';

/** A stable code the interface has words for. */
export type Code = keyof typeof errors;

/** Codes that come before a person is known, and lead to the sign-in page. */
export const SIGN_IN_AGAIN: readonly Code[] = ['PAR-0009', 'PAR-1003', 'PAR-1004'];

/** Codes that need a decision: shown as a window. The others are banners or stand at their field. */
export const WINDOWS: readonly Code[] = [
  'PAR-1002',
  'PAR-1006',
  'PAR-2003',
  'PAR-3001',
  'PAR-3002',
  'PAR-3003',
  'PAR-3004',
  'PAR-3012',
  'PAR-3013',
  'PAR-4001',
  'PAR-4002',
];

/** Codes that describe a condition: shown as a banner above the status bar. */
export const BANNERS: readonly Code[] = [
  'PAR-1007',
  'PAR-2000',
  'PAR-2001',
  'PAR-2002',
  'PAR-3005',
  'PAR-3006',
  'PAR-3007',
  'PAR-3008',
  'PAR-3009',
  'PAR-3010',
  'PAR-3011',
];

/** The person lacks the privilege. */
export const FORBIDDEN = 'PAR-1006';

/** The browser, or an address without encryption, has no telephony. */
export const NO_TELEPHONY = 'PAR-3012';
