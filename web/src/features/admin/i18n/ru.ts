import { joined } from '@/shared/i18n/joined';
import type { RussianPlural, Translated } from '@/shared/i18n/words';
import cases from './cases/ru';
import type words from './en';
import entries from './entries/ru';
import general from './general/ru';
import mail from './mail/ru';
import people from './people/ru';
import reason from './reasons/ru';
import services from './services/ru';
import system from './system/ru';
import telephony from './telephony/ru';

const ru: Translated<typeof words, RussianPlural> = joined(
  general,
  people,
  services,
  cases,
  entries,
  telephony,
  mail,
  system,
  { reason },
);
export default ru;
