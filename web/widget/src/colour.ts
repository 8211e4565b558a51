// The entry's colour may be anything; what stands on it and what is written in
// it must stay readable (WCAG 2.2, contrast 4.5:1).

type Rgb = [number, number, number];

const readable = 4.5;
const white: Rgb = [255, 255, 255];

/** Custom properties for the brand colour, and the text on it, on the given ground. */
export function palette(
  color: string | undefined,
  text: string | undefined,
  ground: string,
): Record<string, string> {
  const brand = parse(color) ?? [28, 95, 184];
  const candidates = [parse(text) ?? white, white, [20, 24, 31] as Rgb];
  return {
    '--brand': hex(brand),
    '--on-brand': hex(candidates.find((c) => contrast(brand, c) >= readable) ?? white),
    '--ink': hex(towards(brand, parse(ground) ?? white)),
  };
}

/** The brand colour, darkened or lightened until it can be read on the ground. */
function towards(brand: Rgb, ground: Rgb): Rgb {
  const target = luminance(ground) > 0.4 ? 0 : 255;
  let c = brand;
  for (let i = 0; i < 20 && contrast(c, ground) < readable; i++) {
    c = c.map((v) => Math.round(v + (target - v) * 0.12)) as Rgb;
  }
  return c;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(c: Rgb): number {
  const [r, g, b] = c.map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function parse(color: string | undefined): Rgb | null {
  const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color?.trim() ?? '');
  if (!m?.[1]) return null;
  const full = m[1].length === 3 ? m[1].replace(/./g, '$&$&') : m[1];
  return [0, 2, 4].map((i) => Number.parseInt(full.slice(i, i + 2), 16)) as Rgb;
}

function hex(c: Rgb): string {
  return `#${c.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}
