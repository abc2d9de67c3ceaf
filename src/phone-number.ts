export const PHONE_WORDS = 'Enter a UK phone number, like 01908 123456 or 07700 900123, or leave this empty';

/** Loaded for the first number: most sign-ups have none, and its tables take a while. */
const library = () => import('libphonenumber-js/min');

/** Reads a phone number in the way people here write it (ITU-T E.164 out). */
export const readPhone = async (
  typed: string | undefined,
): Promise<{ phone: string | null } | { error: string }> => {
  if (!typed) return { phone: null };
  const { parsePhoneNumberFromString } = await library();
  const number = parsePhoneNumberFromString(typed, { defaultCountry: 'GB', extract: false });
  return number?.isPossible() ? { phone: number.number } : { error: PHONE_WORDS };
};

/** A stored phone number in the way people write it here; one from abroad with its country's code. */
export const nationalPhone = async (phone: string | null) => {
  if (!phone) return phone;
  const { parsePhoneNumberFromString } = await library();
  const number = parsePhoneNumberFromString(phone, 'GB');
  if (!number) return phone;
  return number.countryCallingCode === '44' ? number.formatNational() : number.formatInternational();
};
