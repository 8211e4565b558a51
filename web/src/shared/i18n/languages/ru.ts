import { byFeature } from '../byFeature';
import common from '../common/ru';
import errors from '../errors/ru';

export default {
  common,
  errors,
  ...byFeature(import.meta.glob<object>('/src/features/*/i18n/ru.ts', { eager: true, import: 'default' })),
};
