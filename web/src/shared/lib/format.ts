/** `02:41`, `1:02:41`: whole seconds of a span in ms, never negative. */
export function clockTime(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = String(Math.floor(total / 60) % 60).padStart(2, '0');
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${minutes}:${seconds}` : `${minutes}:${seconds}`;
}

/** A machine-readable span for `<time dateTime>`, as `PT2M41S`. */
export function isoSpan(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  return `PT${Math.floor(total / 3600)}H${Math.floor(total / 60) % 60}M${total % 60}S`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The language as the browser's owner writes dates in it: `en-GB` for `en`, where the browser says so. */
const regional = (language: string) =>
  navigator.languages.find((one) => one.startsWith(`${language}-`)) ?? language;

/** A format of dates and times, made once: making one costs half a millisecond, too much for each line of a long list. */
export function dateFormat(language: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(style);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(regional(language), style);
    formats.set(key, format);
  }
  return format;
}

/** First letters of up to two words of a name, for a picture that is not there. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => Array.from(word ?? '')[0]?.toLocaleUpperCase() ?? '').join('') || '?';
}
