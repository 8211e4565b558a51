const words = {
  title: 'Settings',
  photo: 'Photo',
  photoText: 'Colleagues see it, and customers where the service shows photos.',
  photoLocked: 'Only an administrator can change it.',
  picture: {
    choose: 'Choose a picture',
    replace: 'Replace',
    remove: 'Remove',
    none: 'No picture',
    bad: 'This can’t be used. PNG, JPEG or GIF, up to 10 MB and 32 million pixels.',
  },
  choices: 'Preferences',
  pinnedTab: 'Show the tab “Pinned” in My cases',
  replyAll: 'Make “Reply to all” the usual answer to a mail',
  look: 'Look',
  sound: 'Sound and devices',
  messages: 'A sound for messages in chats I am not looking at',
  notices: 'Notifications',
  noticesText: 'The system shows an offer while another tab or program is in front.',
  noticesOn: 'Allowed',
  noticesOff: 'Blocked in the browser: allow them beside the address.',
  noticesNone: 'This browser has none on this address.',
  noticesAsk: 'Allow',
  here: 'Photo and preferences go with you; all else holds in this browser only. It takes effect at once.',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    settings: typeof words;
  }
}
