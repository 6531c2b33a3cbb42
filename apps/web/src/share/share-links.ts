/** What a page holds that shows an embed. */
export function frameOfShare(link: string): string {
  return `<iframe src="${link}" title="A project on Slipway" style="width:100%;height:500px;border:0"></iframe>`;
}

/** The token of a share's page, by the page's path. */
export function shareTokenOf(path: string): string | undefined {
  return /^\/s\/([\w-]{43})\/?$/.exec(path)?.[1];
}
