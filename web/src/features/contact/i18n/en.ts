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
    notes: 'Notes',
    created: 'Known since',
  },
  history: 'Earlier contacts',
  noHistory: 'This is the first contact.',
  more: 'Show more',
  search: {
    title: 'Contacts',
    placeholder: 'Name, company, number or address',
    none: 'Nobody found',
    noneText:
      'Your own customers are found by a part of the name, everybody else by the exact number or address.',
  },
  column: {
    name: 'Name',
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
