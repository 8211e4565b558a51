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
    consent: 'Consent',
    created: 'Known since',
  },
  action: {
    create: 'Create a contact',
    add: 'Add to an existing one',
    edit: 'Edit the contact',
    open: 'Open the contact',
    mail: 'Write an email',
    menu: '{{name}}: what can be done',
  },
  cases_one: '{{count}} open case',
  cases_other: '{{count}} open cases',
  form: {
    fresh: 'New contact',
    photo: 'Photo',
    noLanguage: 'Not known',
    addEmail: 'Add an email',
    addPhone: 'Add a number',
    removeAddress: 'Remove {{address}}',
    created: 'The contact was created',
    saved: 'The contact was saved',
  },
  bad: {
    email: 'This is no email address',
    phone: 'This is no phone number',
    taken: 'It belongs to another contact. Remove it here, or change that contact.',
    nothing: 'Give a name, an email or a number',
    long: 'This is too long',
    many: 'There may be at most 20',
  },
  adding: {
    title: 'Add to an existing contact',
    text: 'The contact gets the address of this customer, and this interaction becomes part of its history.',
    textOf:
      '{{address}} is added to the contact you choose, and this interaction becomes part of its history.',
    choose: 'Choose a contact',
    to: 'Add to “{{name}}”',
    done: 'Added to “{{name}}”',
  },
  history: 'Earlier contacts',
  noHistory: 'This is the first contact.',
  more: 'Show more',
  search: {
    title: 'Contacts and cases',
    placeholder: 'Name, company, number or address',
    all: 'Name, number, address, case number or subject',
    contacts: 'Contacts',
    cases: 'Cases',
    noCases: 'No case found',
    noCasesText: 'Cases are found by number, by the beginning of a word of the subject, by name or address.',
    noSubject: 'No subject',
    none: 'Nobody found',
    noneText:
      'Your own customers are found by a part of the name, everybody else by the exact number or address.',
  },
  state: { open: 'Open', pending: 'Pending', resolved: 'Resolved', closed: 'Closed' },
  column: {
    name: 'Name',
    date: 'Date',
    channel: 'Channel',
    service: 'Service',
    disposition: 'Disposition',
    agent: 'Operator',
    length: 'Duration',
    case: 'Case',
    customer: 'Customer',
    state: 'State',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    contact: typeof words;
  }
}
