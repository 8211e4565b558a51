const words = {
  group: 'Desk',
  interactions: 'Interactions',
  case: 'Case {{number}}',
  newMail: 'New email',
  customer: 'Customer',
  contacts: 'Contacts',
  home: 'Home',
  mail: 'My cases',
  mails_one: '{{count}} mail',
  mails_other: '{{count}} mails',
  mailLate: 'some over the service level',
  help: 'Help',
  search: 'Search contacts and cases',
  settings: 'Settings',
  parts: 'Other parts of Parley',
  supervise: 'Supervision',
  admin: 'Administration',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    desk: typeof words;
  }
}
