/** What a link and a host say that lead nowhere, whatever the reason: which it was is not for strangers to know. */
export const deadLink = {
  title: 'This site is not there',
  text: 'It does not exist, has expired or was taken back. Ask whoever gave you the link for a new one.',
};
