const words = {
  write: 'Write a message',
  conversation: 'Conversation',
  customer: 'Customer',
  participants: 'Also in this chat',
  expected: '{{name}}: invited',
  remove: 'Remove {{name}} from the chat',
  onSite: 'On the site now',
  offSite: 'Not on the site',
  toEnd: 'To the latest messages',
  emoji: 'Emoji',
  event: {
    joined: '{{name}} joined the chat',
    left: '{{name}} left the chat',
    transferred: 'Transferred: {{name}}',
    queued: 'Waiting for an operator',
    returned: 'Connection to the operator was lost, the customer waits again',
    unserved: 'Nobody can answer now',
    kept: 'The message was kept',
    idle_closed: 'Closed: the customer was silent',
    not_joined: '{{name}} did not join',
    invited: '{{name}} was invited',
    ended: 'The chat has ended',
    endedByCustomer: 'The customer ended the chat',
    endedByAgent: 'The operator ended the chat',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    chat: typeof words;
  }
}
