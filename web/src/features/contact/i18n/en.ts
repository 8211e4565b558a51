const words = {
  title: 'Customer',
  unknown: 'Unknown customer',
  fact: {
    email: 'Email',
    phone: 'Phone',
    company: 'Company',
    status: 'Status',
    language: 'Language',
    service: 'Service',
    since: 'Wrote at',
  },
  history: 'Earlier contacts',
  noHistory: 'This is the first contact.',
  column: {
    date: 'Date',
    channel: 'Channel',
    service: 'Service',
    disposition: 'Disposition',
    agent: 'Operator',
    length: 'Duration',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    contact: typeof words;
  }
}
