import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

export const PHONE_WORDS = 'Enter a UK phone number, like 01908 123456 or 07700 900123, or leave this empty';

/** Reads a phone number in the way people here write it (ITU-T E.164 out). */
export const readPhone = (typed: string | undefined): { phone: string | null } | { error: string } => {
  if (!typed) return { phone: null };
  const number = parsePhoneNumberFromString(typed, { defaultCountry: 'GB', extract: false });
  return number?.isPossible() ? { phone: number.number } : { error: PHONE_WORDS };
};

/** A stored phone number in the way people write it here; one from abroad with its country's code. */
export const nationalPhone = (phone: string | null) => {
  if (!phone) return phone;
  const number = parsePhoneNumberFromString(phone, 'GB');
  if (!number) return phone;
  return number.countryCallingCode === '44' ? number.formatNational() : number.formatInternational();
};
