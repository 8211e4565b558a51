const words = {
  group: 'Offer',
  unknown: 'Unknown customer',
  segment: 'Status',
  email: 'Email',
  phone: 'Phone',
  extension: 'Extension',
  company: 'Company',
  subject: 'Subject',
  case: 'Case',
  answer: 'Answer',
  postpone: 'Postpone',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    offers: typeof words;
  }
}
