/**
 * Which characters show nothing, and where they belong all the same: within emoji, and between the letters of
 * scripts that are written with joiners (Unicode Standard 23.2; UTS 51, 1.4.9).
 */

/** Shows nothing by itself: default ignorables (bidi marks, joiners, fillers, tags), controls, annotation marks. */
const HIDDEN = String.raw`[\p{Default_Ignorable_Code_Point}\p{Cc}\uFFF9-\uFFFB\u{13430}-\u{1343F}]`;

const PICTOGRAPH = String.raw`\p{Extended_Pictographic}(?:\uFE0F?[\u{1F3FB}-\u{1F3FF}]|[\uFE0E\uFE0F])?`;
/** A black flag with the letters of a region, as England's. */
const REGION_FLAG = String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{3,6}\u{E007F}`;
const EMOJI = String.raw`(?:${REGION_FLAG}|${PICTOGRAPH}(?:\u200D${PICTOGRAPH})*|[0-9#*]\uFE0F\u20E3)`;

const JOINED_SCRIPTS = [
  ...[
    'Arabic',
    'Syriac',
    'Mongolian',
    'Nko',
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Oriya',
    'Tamil',
  ],
  ...['Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
]
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join('');
/** A joiner or non-joiner between two letters of such a script: its direction mark, as U+061C, is no letter. */
const JOINER = String.raw`(?<=[${JOINED_SCRIPTS}])(?<!${HIDDEN})[\u200C\u200D](?=[${JOINED_SCRIPTS}])(?!${HIDDEN})`;
/** The form of a Chinese character, or of a Mongolian letter, that is meant. */
const VARIANT = String.raw`\p{Script=Han}[\uFE00-\uFE02\u{E0100}-\u{E01EF}]|\p{Script=Mongolian}[\u180B-\u180D\u180F]`;

const misplaced = new RegExp(`(${EMOJI}|${JOINER}|${VARIANT})|${HIDDEN}`, 'gu');
const anyHidden = new RegExp(HIDDEN, 'gu');

/** The text without characters that show nothing, except where emoji and scripts need them. */
export const withoutMisplaced = (text: string): string =>
  text.replace(misplaced, (_, kept: string | undefined) => kept ?? '');

/** The text without any character that shows nothing: for comparing, not for showing. */
export const withoutHidden = (text: string): string => text.replace(anyHidden, '');

/**
 * What is neither hidden nor a blank nor an accent without a letter. Blanks that Unicode calls symbols or
 * letters are named: Braille's empty cell, the object mark, music's null notehead, hieroglyphic blanks.
 */
const shows =
  /[^\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\p{Z}\p{Mn}\p{Me}\uFFF9-\uFFFC\u2800\u{1D159}\u{13430}-\u{13442}]/u;

/** Whether a reader would see anything of the text. */
export const isVisible = (text: string): boolean => shows.test(text);
