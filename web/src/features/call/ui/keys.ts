/** The keys of a telephone, row by row, with the letters they stand for. */
export const KEYS = [
  { key: '1', letters: '' },
  { key: '2', letters: 'ABC' },
  { key: '3', letters: 'DEF' },
  { key: '4', letters: 'GHI' },
  { key: '5', letters: 'JKL' },
  { key: '6', letters: 'MNO' },
  { key: '7', letters: 'PQRS' },
  { key: '8', letters: 'TUV' },
  { key: '9', letters: 'WXYZ' },
  { key: '*', letters: '' },
  { key: '0', letters: '+' },
  { key: '#', letters: '' },
] as const;

/** A pause of a second between digits. */
export const PAUSE = ',';

/** What of a typed or pasted text can be sent: digits, letters by their keys, pauses. */
export function digitsOf(text: string): string {
  return [...text.toUpperCase()]
    .map((sign) => {
      if (/[0-9*#,]/.test(sign)) return sign;
      return /[A-Z]/.test(sign) ? (KEYS.find(({ letters }) => letters.includes(sign))?.key ?? '') : '';
    })
    .join('');
}
