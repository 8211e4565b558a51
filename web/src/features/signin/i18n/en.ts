const words = {
  title: 'Sign in',
  login: 'User name',
  password: 'Password',
  enter: 'Sign in',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
  force: {
    title: 'Already signed in',
    yes: 'Sign in here',
  },
  change: {
    title: 'A new password',
    why: 'Choose a password of your own before you begin.',
    old: 'Present password',
    fresh: 'New password',
    again: 'New password once more',
    differ: 'The two do not match',
    save: 'Save and go on',
  },
  reset: {
    forgotten: 'Forgot the password?',
    title: 'A link for a new password',
    about: 'Name your user name. If it has an email address, a link comes there.',
    ask: 'Send the link',
    sent: 'If there is such a user with an email address, a link is on its way. It works once and for half an hour.',
    back: 'To sign-in',
    save: 'Set the password',
    done: 'The new password is set. Sign in with it.',
    spent: 'This link does not work',
    spentTodo:
      'It was used, is older than half an hour, or a newer one was sent. Ask for another at sign-in.',
  },
  ended: 'You were signed out',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    signin: typeof words;
  }
}
