/** A text of at most so many characters: head and tail, with a line between them that says what is left out. */
export function cutText(text: string, limit: number, hint = 'ask for a part of it'): string {
  const whole = text.replaceAll('\0', '\ufffd').toWellFormed();
  if (whole.length <= limit) return whole;
  const mark = `\n… ${whole.length - limit} characters are left out: ${hint} …\n`;
  const room = Math.max(0, limit - mark.length);
  const head = Math.ceil(room * 0.7);
  // A pair that was cut in two would be no text.
  return (whole.slice(0, head) + mark + whole.slice(whole.length - (room - head))).toWellFormed().slice(0, limit);
}
