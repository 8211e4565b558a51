import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { pseudo } from './pseudo';

// A language is one file in languages/; it is found here by being there, and is
// loaded only when chosen.
const files = import.meta.glob<Record<string, object>>('./languages/*.ts', { import: 'default' });

/** Tags of the languages there are, as `en`, `ru`. */
export const languages: string[] = Object.keys(files).map(tagOf).sort();

/** Shows every translated text in brackets, so that text in code stands out. */
export const PSEUDO = 'en-XA';

const CHOICE = 'parley.language';

/** Starts with the language chosen by hand, else the first of the browser's that we speak. */
export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: undefined,
    fallbackLng: false,
    defaultNS: 'common',
    keySeparator: '.',
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    resources: {},
  });
  await speak(rememberedLanguage() ?? preferredLanguage(navigator.languages));
}

/** Switches the interface at once and remembers the choice on this machine. */
export async function chooseLanguage(tag: string): Promise<void> {
  try {
    localStorage.setItem(CHOICE, tag);
  } catch {
    // No store: the choice holds until the page is closed.
  }
  await speak(tag);
}

/** The first of the person's languages that there is; English if there is none. */
export function preferredLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (languages.includes(base)) return base;
  }
  return 'en';
}

export async function speak(tag: string): Promise<void> {
  const load = files[`./languages/${tag === PSEUDO ? 'en' : tag}.ts`];
  if (!load) throw new Error(`no language ${tag}`);
  const words = await load();
  for (const [namespace, texts] of Object.entries(words)) {
    i18next.addResourceBundle(tag, namespace, tag === PSEUDO ? pseudo(texts) : texts, true, true);
  }
  await i18next.changeLanguage(tag);
  document.documentElement.lang = tag;
}

function rememberedLanguage(): string | null {
  const asked = new URLSearchParams(location.search).get('lang');
  const tag = asked ?? readChoice();
  return tag !== null && (languages.includes(tag) || tag === PSEUDO) ? tag : null;
}

function readChoice(): string | null {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

function tagOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);
}
