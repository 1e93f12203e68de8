/** Questions that stand beside the recorder: what colleagues like to hear answered. */
export const PROMPTS = [
  'What would you tell yourself on day one?',
  'What do colleagues keep asking you?',
  'Which mistake taught you the most?',
  'How do you prepare for the conversation everybody dreads?',
  'What do you do differently from how you were taught it?',
  'What did a customer say that you never forgot?',
  'Which five minutes of work save you an hour?',
  'What looks easy from outside, and is not?',
  'What did you change your mind about this year?',
  'How do you know that it is good enough?',
  'Whom do you ask when you are stuck, and how?',
  'Which question would you ask before starting over?',
];
