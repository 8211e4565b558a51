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
  ended: 'You were signed out',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    signin: typeof words;
  }
}
