import { wordsOf } from '@/shared/i18n/i18n';

/** A part of a feature whose words come with it. */
export const withWords = async <T>(feature: string, part: Promise<T>): Promise<T> =>
  (await Promise.all([part, wordsOf(feature)]))[0];
