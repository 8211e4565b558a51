const words = {
  group: 'Desk',
  interactions: 'Interactions',
  customer: 'Customer',
  contacts: 'Contacts',
  home: 'Home',
  search: 'Search contacts',
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
