import { useTranslation } from 'react-i18next';

/** Words of fields and options by their names; a field's last part is enough, as `seconds` of `wrapup.seconds`. */
export function useFieldWords() {
  const { t, i18n } = useTranslation('admin');
  const find = (group: string, names: string[]) => {
    for (const name of names) {
      const key = `${group}.${name.replaceAll('.', '_')}`;
      if (i18n.exists(key, { ns: 'admin' })) return t(key as 'title');
    }
    return undefined;
  };
  const forms = (name: string) => {
    const parts = name.split('.');
    return [name, parts.slice(-2).join('.'), parts.at(-1) ?? name];
  };
  return {
    label: (name: string) => find('field', forms(name)) ?? name,
    help: (name: string) => find('help', forms(name)),
    option: (value: string) => find('option', [value]) ?? value,
    /** A value of a choice: its own word for this field, else the general one; '' is "none". */
    choice: (field: string, value: string) =>
      find('option', [`${field}_${value || 'none'}`, value || 'none']) ?? find('field', [value]) ?? value,
    section: (id: string) => find('section', [id]) ?? id,
    sectionAbout: (id: string) => find('sectionAbout', [id]),
    kind: (id: string) => find('kind', [id]) ?? id,
    entity: (id: string) => find('entity', [id]) ?? id,
    about: (id: string) => find('about', [id]) ?? '',
    privilege: (id: string) => find('privilege', [id]) ?? id,
  };
}
