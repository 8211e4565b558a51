const words = {
  group: 'Desk',
  interactions: 'Interactions',
  customer: 'Customer',
  home: 'Home',
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
