const words = {
  group: 'Contact',
  title: 'Disposition and comment',
  disposition: 'Disposition',
  choose: 'Choose a disposition',
  comment: 'Comment',
  missing: 'Fill this in to finish',
  ended: 'The contact has ended',
  endedByCustomer: 'The customer ended the contact',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    outcome: typeof words;
  }
}
