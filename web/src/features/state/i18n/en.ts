const words = {
  start: {
    title: 'Start shift',
    text: 'One click lets the browser ring and show notifications, and signs you in to the floor.',
    button: 'Start shift',
    notifications: 'Notifications',
    notificationsOn: 'Allowed',
    notificationsOff:
      'Blocked in the browser: allow them beside the address to notice chats while another tab is open.',
    notificationsAsk: 'Allow',
  },
  signOut: {
    action: 'Sign out',
    title: 'Sign out?',
    plain: 'You will get no more contacts.',
    inHand_one:
      '{{count}} contact is still in your hands. No new ones will come, and you are signed out when it is finished.',
    inHand_other:
      '{{count}} contacts are still in your hands. No new ones will come, and you are signed out when the last one is finished.',
  },
  reason: 'Not ready: {{reason}}',
  supervising: 'Supervising',
  left: '{{minutes}} min left',
  over: 'over by {{minutes}} min',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    state: typeof words;
  }
}
