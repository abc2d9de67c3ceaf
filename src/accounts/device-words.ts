import bowser from 'bowser';

const UNKNOWN = 'A browser';

/** Longer than any that a browser sends; what is behind it is not read. */
const LONGEST = 500;

const BROWSERS = new Set(Object.values(bowser.BROWSER_MAP));

/** What people call it: Apple's phones and tablets by their own names. */
const systemOf = ({ os, platform }: bowser.Parser.ParsedResult) =>
  os.name === 'iOS' ? (platform.model ?? 'iPhone') : os.name;

/** 'Firefox on Windows', from a `User-Agent`: of that, only names that we know are kept. */
export const deviceWords = (userAgent: string | undefined): string => {
  if (!userAgent) return UNKNOWN;
  const found = bowser.parse(userAgent.slice(0, LONGEST));
  const { name } = found.browser;
  const browser = name && BROWSERS.has(name) ? name.replace(' for Android', '') : UNKNOWN;
  const system = systemOf(found);
  return system ? `${browser} on ${system}` : browser;
};
