/** What a subject must not give away to others who see the inbox: what the programme is about, and what part somebody has in it. */
const TELLING = [
  /\bhat(?:e|ed|red)\b|\bhate|Hate|hate\b/,
  /\bcrim(?:e|es|inal|inals)\b/i,
  /\bvictims?\b/i,
  /\b(?:racis|homophob|transphob|biphob|islamophob|antisemit|anti-semit)\w*/i,
  /\b(?:attack|assault|abuse|harass|incident)\w*/i,
  /\b(?:police|officers?)\b/i,
  /\b(?:champions?|coordinators?|volunteers?|greeters?|stewards?|administrators?)\b/i,
];

/** The words of a subject that give something away, as they were typed. */
export const tellingWords = (subject: string): string[] =>
  TELLING.flatMap((pattern) => pattern.exec(subject)?.[0] ?? []);
