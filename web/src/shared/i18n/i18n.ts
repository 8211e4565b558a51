import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { featureOf } from './byFeature';
import { pseudo } from './pseudo';

// A language is one file in languages/; it is found here by being there, and is
// loaded only when chosen. English and Russian keep their words beside what says
// them; any other language has all of its words in its file, and what it leaves
// out is said in English.
export const files = import.meta.glob<Record<string, object>>('./languages/*.{ts,json}', {
  import: 'default',
});

// Words of errors, many: fetched with the page's own words, which don't wait for them.
const errors = import.meta.glob<object>(['./errors/*.ts', '!./errors/*.test.ts'], { import: 'default' });

// Words of features that come later than the desk, loaded with their page or part.
const later = import.meta.glob<object>(
  '/src/features/{admin,contact,directory,mail,recent,records,settings,supervise}/i18n/*.ts',
  {
    import: 'default',
  },
);
const asked = new Set<string>();

// Parts that are fetched ahead may ask for their words before there is a language.
let begun: () => void;
const speaking = new Promise<void>((over) => {
  begun = over;
});

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
    // What shows an error before its words are there says them when they are.
    react: { useSuspense: false, bindI18nStore: 'added' },
    resources: {},
  });
  const tag = rememberedLanguage() ?? preferredLanguage(navigator.languages);
  // Without the network the page says so without them too.
  void errorsOf(tag).catch(() => undefined);
  await say(tag);
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
  await errorsOf(tag);
  await say(tag);
}

async function errorsOf(tag: string): Promise<void> {
  await fill(tag, 'errors', errors[`./errors/${tag}.ts`] ?? errors['./errors/en.ts']);
}

async function say(tag: string): Promise<void> {
  await Promise.all([ownWords(tag), ...[...asked].map((feature) => learn(tag, feature))]);
  await i18next.changeLanguage(tag);
  document.documentElement.lang = tag;
  begun();
}

/** Loads the words of features that are not part of every page; a page waits for them before it shows. */
export async function wordsOf(...features: string[]): Promise<void> {
  for (const feature of features) asked.add(feature);
  await speaking;
  await Promise.all(features.map((feature) => learn(i18next.language, feature)));
}

/** Features whose words come later, for tests. */
export const laterFeatures: string[] = [...new Set(Object.keys(later).map(featureOf))].sort();

async function learn(tag: string, feature: string): Promise<void> {
  const path = (of: string) => `/src/features/${feature}/i18n/${of}.ts`;
  await fill(tag, feature, later[path(tag)] ?? later[path('en')]);
}

/** Says what the language's file doesn't; nothing that was said is said anew. */
async function fill(tag: string, namespace: string, load?: () => Promise<object>): Promise<void> {
  await once(`${tag} ${namespace}`, async () => {
    if (!load) throw new Error(`no words of ${namespace}`);
    const [texts] = await Promise.all([load(), ownWords(tag)]);
    add(tag, namespace, texts);
  });
}

function ownWords(tag: string): Promise<void> {
  return once(tag, async () => {
    for (const one of errors[`./errors/${tag}.ts`] ? [tag] : [tag, 'en'])
      for (const [namespace, texts] of Object.entries((await fileOf(one)?.()) ?? {}))
        add(tag, namespace, texts);
  });
}

// What was fetched; what failed is tried again.
const fetched = new Map<string, Promise<void>>();
function once(key: string, work: () => Promise<void>): Promise<void> {
  const there = fetched.get(key);
  if (there) return there;
  const begun = work();
  fetched.set(key, begun);
  begun.catch(() => fetched.delete(key));
  return begun;
}

const fileOf = (tag: string) => files[`./languages/${tag}.ts`] ?? files[`./languages/${tag}.json`];

function add(tag: string, namespace: string, texts: object): void {
  i18next.addResourceBundle(tag, namespace, tag === PSEUDO ? pseudo(texts) : texts, true, false);
}

function rememberedLanguage(): string | null {
  const wanted = new URLSearchParams(location.search).get('lang');
  const tag = wanted ?? readChoice();
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
  return path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));
}
