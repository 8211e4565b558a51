/** How a field of a thing of the administration is edited. */
export type FieldKind =
  | 'text'
  | 'area'
  | 'number'
  | 'switch'
  | 'choice' // one of `options`
  | 'choices' // several of `options`
  | 'one' // one thing of another kind
  | 'many' // several things of another kind
  | 'words' // a list of words
  | 'phrases' // a list of words that may have spaces
  | 'languages' // a text in Russian and English
  | 'paragraphs' // the same with several lines
  | 'color'
  | 'privileges'
  | 'password'
  | 'megabytes' // a size, kept in bytes
  | 'duration' // a time with its unit, kept in seconds
  | 'mailAddress' // one of the mailbox's own addresses
  | 'time' // HH:MM
  | 'date' // YYYY-MM-DD
  | 'expiry' // a day, kept in ms; 0: never
  | 'zone' // a time zone
  | 'weekday'
  | 'events' // of webhooks
  | 'capacity'
  | 'levels' // a skill level for each chosen service
  | 'photo' // a picture of a person
  | 'logo' // a picture of a site
  | 'rows'; // a list of small things, each with `fields`

type Values = Record<string, unknown>;

export interface Field {
  /** Where it stands in the thing, as `wrapup.seconds`. */
  name: string;
  kind: FieldKind;
  /** Its words stand under this name, where another kind has a field of the same name. */
  words?: string;
  of?: KindId;
  options?: readonly string[];
  /** Which of the things of another kind may be chosen. */
  among?: (thing: Values) => boolean;
  /** Shown only with these values in the form. */
  when?: (values: Values) => boolean;
  /** Where the thing says that something secret is kept, which is never shown. */
  kept?: string;
  fields?: readonly Field[];
  required?: boolean;
  /** Asked only when the thing is made. */
  onlyNew?: boolean;
  /** Chosen when the thing is made, and shown afterwards. */
  fixed?: boolean;
  /** What a new row begins with. */
  fresh?: Record<string, unknown>;
  /** Takes half of the form's width, as numbers do. */
  half?: boolean;
  min?: number;
  max?: number;
}

export interface Section {
  id: string;
  fields: readonly Field[];
  /** Shown only with these values in the form. */
  when?: (values: Values) => boolean;
}

export type KindId =
  | 'users'
  | 'roles'
  | 'teams'
  | 'skills'
  | 'services'
  | 'dispositions'
  | 'categories'
  | 'case-fields'
  | 'calendars'
  | 'reasons'
  | 'entries'
  | 'numbers'
  | 'call-buttons'
  | 'trunks'
  | 'mailboxes'
  | 'prompts'
  | 'webhooks'
  | 'api-keys'
  | 'tenants';

/** One kind of thing: where it lives in the API, who may see it, its columns and its form. */
export interface Kind {
  id: KindId;
  needs: readonly string[];
  columns: readonly string[];
  fresh: Record<string, unknown>;
  sections: readonly Section[];
  /** The rules of its deletion are its own: not the form's. */
  ownDeletion?: boolean;
}

/** The parts of a form that have to do with these values, with the fields that do. */
export function shownParts(sections: readonly Section[], values: Values): Section[] {
  return sections
    .filter((section) => section.when?.(values) ?? true)
    .map((section) => ({
      ...section,
      fields: section.fields.filter((field) => field.when?.(values) ?? true),
    }));
}
