const words = {
  group: 'Contact',
  title: 'Active interactions',
  count_one: '{{count}} contact',
  count_other: '{{count}} contacts',
  none: 'No active interactions',
  noneText: 'New ones appear here as you accept them.',
  unknown: 'Unknown customer',
  newMail: 'New email',
  waits: 'The customer waits for an answer',
  typing: 'is typing…',
  ended: 'Ended: set the outcome and finish',
  unread_one: '{{count}} unread message',
  unread_other: '{{count}} unread messages',
  end: 'End',
  transfer: 'Transfer',
  transferCall: 'Transfer the call',
  transferMail: 'Transfer the case',
  endMail: 'Finish',
  endMailTitle: 'Finish without an answer?',
  endMailText:
    'No mail goes to the customer. A draft is kept in the history of the case. Choose a disposition afterwards.',
  endCall: 'End the call',
  held: 'On hold',
  muted: 'Microphone is off',
  invite: 'Invite a colleague',
  findTarget: 'Find a service or a colleague',
  findTargetOrNumber: 'Find a service or a colleague, or type a number',
  number: 'Number',
  wrongNumber: 'This is no telephone number: digits, with + before the country code',
  services: 'Services',
  colleagues: 'Colleagues',
  nobody: 'Nobody is signed in',
  nobodyText: 'Colleagues appear here when they start their shift.',
  note: 'Note',
  chooseTarget: 'Choose where to',
  transferTo: 'Transfer to {{name}}',
  inviteWhom: 'Invite {{name}}',
  invited: 'Invitation sent to {{name}}',
  transferred: 'Handed on to {{name}}',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    interactions: typeof words;
  }
}
