import { byFeature } from '../byFeature';
import common from '../common/en';
import errors from '../errors/en';

export default {
  common,
  errors,
  ...byFeature(import.meta.glob<object>('/src/features/*/i18n/en.ts', { eager: true, import: 'default' })),
};
