import { byFeature } from './byFeature';
import common from './common/en';
import errors from './errors/en';

/** Every word there is, by namespace: what the file of another language is made from (`npm run language`). */
export default {
  common,
  errors,
  ...byFeature(import.meta.glob<object>('/src/features/*/i18n/en.ts', { eager: true, import: 'default' })),
};
