import { create } from 'zustand';

interface OpenedCase {
  id: string;
  number: number;
}

interface OpenedCases {
  cases: OpenedCase[];
  /** Asked for last: another object each time, so that the same case comes to the front again. */
  asked?: OpenedCase;
}

/** Cases that are looked at in tabs of their own (E-12). */
export const useOpenedCases = create<OpenedCases>(() => ({ cases: [] }));

/** Opens a case's tab, or brings it to the front. */
export function showCase(id: string, number: number): void {
  const asked = { id, number };
  useOpenedCases.setState(({ cases }) => ({
    cases: cases.some((one) => one.id === id) ? cases : [...cases, asked],
    asked,
  }));
}

export function hideCase(id: string): void {
  useOpenedCases.setState(({ cases }) => ({ cases: cases.filter((one) => one.id !== id) }));
}
