import { byFeature } from '../byFeature';
import common from '../common/ru';

export default {
  common,
  // What only a page of its own needs comes with that page (wordsOf in i18n.ts).
  ...byFeature(
    import.meta.glob<object>(
      [
        '/src/features/*/i18n/ru.ts',
        '!/src/features/{admin,contact,directory,mail,recent,records,settings,supervise}/i18n/ru.ts',
      ],
      { eager: true, import: 'default' },
    ),
  ),
};
