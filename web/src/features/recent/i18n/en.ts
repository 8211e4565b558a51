const words = {
  title: 'Recent',
  none: 'No recent contacts',
  noneText: 'Your finished contacts appear here.',
  unknown: 'Unknown customer',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    recent: typeof words;
  }
}
