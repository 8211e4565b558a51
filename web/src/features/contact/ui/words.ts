import { useTranslation } from 'react-i18next';

/** What the server says of a field of a card, in the person's language. */
export function useReason(): (said: string) => string {
  const { t } = useTranslation('contact');
  return (said) => {
    if (said.endsWith('belongs to another contact')) return t('bad.taken');
    if (said.includes('no email address')) return t('bad.email');
    if (said.includes('no phone number')) return t('bad.phone');
    if (said.startsWith('a card needs')) return t('bad.nothing');
    if (/^at most \d+ characters/.test(said)) return t('bad.long');
    if (said.startsWith('at most')) return t('bad.many');
    return said;
  };
}

// The languages customers are most often served in; a card may have any other.
const LANGUAGES = 'ru en uk be kk uz hy az ka tg ky de fr es it pt tr ar zh hi pl'.split(' ');

/** Languages to choose from, by name. */
export function useLanguageNames(has: string): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' });
  const all = has && !LANGUAGES.includes(has) ? [...LANGUAGES, has] : LANGUAGES;
  return all
    .map((value) => ({ value, label: nameIn(names, value) }))
    .sort((a, b) => a.label.localeCompare(b.label, i18n.language));
}

/** A language's name; what is no language's code stays as it is. */
export function nameIn(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
