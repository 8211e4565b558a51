import type { Field } from './entities';

/** Skills with levels. */
export const levels: Field = {
  name: 'skills',
  kind: 'rows',
  fresh: { skillId: '', level: 50 },
  fields: [
    { name: 'skillId', kind: 'one', of: 'skills', required: true },
    { name: 'level', kind: 'number', min: 0, max: 100 },
  ],
};
/** Services that take a channel. */
export const serviceOf =
  (...channels: string[]) =>
  (service: Record<string, unknown>): boolean =>
    channels.includes(String(service.channel));
/** What state follows, with its reason. */
export const rule = (name: string): Field[] => [
  { name: `rules.${name}.state`, kind: 'choice', options: ['ready', 'not_ready'], half: true },
  { name: `rules.${name}.reasonId`, kind: 'one', of: 'reasons', half: true },
];
/** Fields a customer fills in. */
export const formFields = (name: string): Field => ({
  name,
  kind: 'rows',
  fresh: { field: 'name', required: false, label: {} },
  fields: [
    { name: 'field', kind: 'choice', options: ['name', 'email', 'phone', 'text'] },
    { name: 'required', kind: 'switch' },
    { name: 'label', kind: 'languages' },
  ],
});
