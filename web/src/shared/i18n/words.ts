import type common from './common/en';
import type errors from './errors/en';

/**
 * Every word of the interface, by namespace. A feature adds its own in
 * `features/<feature>/i18n/en.ts`:
 *
 *     const words = { hold: 'Hold' };
 *     export default words;
 *     declare module '@/shared/i18n/words' {
 *       interface Words { calls: typeof words }
 *     }
 *
 * and says the same in `ru.ts` as a `Translated<typeof words, RussianPlural>`.
 */
export interface Words {
  common: typeof common;
  errors: typeof errors;
}

export type Namespace = keyof Words & string;

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Stem<Key> = Key extends `${infer S}_${PluralForm}` ? S : never;

/** The forms of a counted noun in Russian: 1 звонок, 2 звонка, 5 звонков, 1,5 звонка. */
export type RussianPlural = 'one' | 'few' | 'many' | 'other';

/** The shape a translation must have: the same keys, with the language's own plural forms. */
export type Translated<T, Forms extends PluralForm> = {
  [Key in keyof T as Key extends `${string}_${PluralForm}` ? never : Key]: T[Key] extends string
    ? string
    : Translated<T[Key], Forms>;
} & { [Key in `${Stem<keyof T>}_${Forms}`]: string };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: Words;
    returnNull: false;
  }
}
