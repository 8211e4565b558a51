import { joined } from '@/shared/i18n/joined';
import cases from './cases/en';
import entries from './entries/en';
import general from './general/en';
import mail from './mail/en';
import people from './people/en';
import reason from './reasons/en';
import services from './services/en';
import system from './system/en';
import telephony from './telephony/en';

// Each group of pages has its words in a folder; `general` are those of several.
const words = joined(general, people, services, cases, entries, telephony, mail, system, { reason });
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    admin: typeof words;
  }
}
