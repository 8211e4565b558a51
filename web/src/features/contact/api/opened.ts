import { create } from 'zustand';

/** What of the contacts is open in the information area: the search, and cards. */
export const useOpened = create<{ searching: boolean; cards: { id: string; name: string }[] }>(() => ({
  searching: false,
  cards: [],
}));

export function openCard(id: string, name: string): void {
  useOpened.setState(({ cards }) => ({
    cards: cards.some((one) => one.id === id) ? cards : [...cards, { id, name }],
  }));
}

export function closeCard(id: string): void {
  useOpened.setState(({ cards }) => ({ cards: cards.filter((one) => one.id !== id) }));
}
