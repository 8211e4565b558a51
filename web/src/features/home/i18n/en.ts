const words = {
  mine: 'Personal statistics',
  welcome: 'Welcome',
  openApart: 'Open in a new tab',
  break: {
    title: 'Break time',
    used: 'Used today',
    left: 'Left',
    over: 'Over the limit by',
    of: '{{used}} of {{budget}}',
  },
  dispositions: 'Dispositions',
  noDispositions: 'None yet today.',
  without: 'Without a disposition',
  figures: 'Figures: mine and the team’s',
  me: 'Me',
  team: 'Team, on average',
  figure: {
    handled: 'Handled',
    success: 'Successful',
    handling: 'Average handling time',
    share: 'Share of successful',
    rejected: 'Rejected',
    missed: 'Not answered',
    ready: 'Time ready',
    busy: 'Time in contacts',
  },
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    home: typeof words;
  }
}
