/** For another site's HTML, where height and title can be changed. */
export function frameOfShare(link: string): string {
  return `<iframe src="${link}" title="A project on Slipway" style="width:100%;height:500px;border:0"></iframe>`;
}

/** 43 letters of base64url are 256 bits. Undefined for any other page. */
export function shareTokenOf(path: string): string | undefined {
  return /^\/s\/([\w-]{43})\/?$/.exec(path)?.[1];
}
