import type { components } from '@/shared/api.gen';

/** Somebody a mail goes to, with or without a name. */
export type Receiver = components['schemas']['AddressInput'];

// Only what no server takes is refused here; the server has the last word.
const plausible = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

export const isAddress = (address: string): boolean => plausible.test(address);

/**
 * Addresses as people type and paste them: separated by commas, semicolons or
 * lines, with a name before the address in angle brackets or without one. What
 * is no address stays as it was typed, so that it can be mended.
 */
export function parseAddresses(text: string): Receiver[] {
  return split(text)
    .map(one)
    .filter((address) => address.address !== '');
}

function split(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const [at, sign] of [...text].entries()) {
    if (sign === '"' && text[at - 1] !== '\\') quoted = !quoted;
    if (!quoted && /[,;\n\r\t]/.test(sign)) {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  return [...parts, part];
}

function one(text: string): Receiver {
  const found = text.match(/^\s*(.*?)\s*<\s*([^<>]*?)\s*>\s*$/);
  if (!found) return { address: text.trim() };
  const name = (found[1] ?? '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/\\(.)/g, '$1')
    .trim();
  const address = (found[2] ?? '').replace(/^mailto:/i, '');
  return name ? { name, address } : { address };
}

/** Adds addresses to a list, each once. */
export function withAddresses(list: Receiver[], more: Receiver[]): Receiver[] {
  const known = new Set(list.map((one) => one.address.toLowerCase()));
  const fresh = more.filter((one) => {
    const key = one.address.toLowerCase();
    return !known.has(key) && known.add(key);
  });
  return [...list, ...fresh];
}

/** An address as one would type it, so that reading it gives the same again. */
export function typed({ name, address }: Receiver): string {
  if (!name) return address;
  const quoted = /[,;"<>]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  return `${quoted} <${address}>`;
}
