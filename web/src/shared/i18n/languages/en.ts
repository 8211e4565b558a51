import { byFeature } from '../byFeature';
import common from '../common/en';

export default {
  common,
  // What only a page of its own needs comes with that page (wordsOf in i18n.ts).
  ...byFeature(
    import.meta.glob<object>(
      [
        '/src/features/*/i18n/en.ts',
        '!/src/features/{admin,contact,directory,mail,recent,records,settings,supervise}/i18n/en.ts',
      ],
      { eager: true, import: 'default' },
    ),
  ),
};
