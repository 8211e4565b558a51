const words = {
  tabs: 'Whom to call',
  directory: 'Directory',
  recent: 'Recent',
  line: 'Name or extension',
  call: 'Start call',
  callPerson: 'Call {{name}}',
  service: 'Service of the call',
  noService: 'Without a service',
  found: 'Colleagues',
  extension: 'ext. {{number}}',
  more: 'Shown {{count}} of {{total}}: type more of the name',
  none: 'No colleagues yet',
  noneText: 'Here stand the colleagues who take calls.',
  notFound: 'Nobody found',
  notFoundText: 'Search by a part of the name, or dial an extension.',
  /** A call between colleagues, in the list and under it. */
  inCall: {
    internal: 'Internal call',
    heldColleague: 'The other one hears music',
    mutedColleague: 'The other one hears silence',
    rings: 'Ringing…',
    unreached: {
      busy: 'Busy',
      rejected: 'The call was rejected: busy',
      no_answer: 'No answer: busy',
    },
  },
  error: {
    targetBusy: 'Busy: your colleague is on the phone or being called',
    targetAway: 'Your colleague is not signed in',
    alreadyTalking: 'You are on a call already',
    offerOpen: 'A call is ringing for you',
    unknownAgent: 'Start your shift first',
    extension: 'There is no such extension',
    userId: 'This person cannot be called',
    other: 'The call did not come about',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    directory: typeof words;
  }
}
