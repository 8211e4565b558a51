const words = {
  service: 'Service of the figures',
  sl: 'Service level',
  handled: 'Handled',
  waiting: 'In queue',
  oldest: 'Longest wait',
  ready: 'Ready',
  place: '{{place}} of {{of}}',
};
export default words;
declare module '@/shared/i18n/words' {
  interface Words {
    figures: typeof words;
  }
}
