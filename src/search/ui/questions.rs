//! What is asked while somebody types: each text at once, but one question at a time.
//!
//! Only the answer to the newest text is ever shown. While a question is under way the newest text waits, unless the
//! answer is late: then the question is given up, and its answer dropped should it still come.

use crate::search::api::Suggested;

/// So many answers are kept for those who type back and forth.
const KEPT: usize = 24;

/// The questions of one box.
#[derive(Debug, Default)]
pub struct Questions {
    /// The number of the newest text.
    newest: u64,
    under_way: Option<u64>,
    waiting: Option<String>,
    /// Oldest first.
    answers: Vec<(String, Suggested)>,
}

/// A question to be asked now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    pub number: u64,
    pub text: String,
}

/// What to do about a text.
#[derive(PartialEq, Eq, Debug)]
pub enum Next {
    Show(Suggested),
    Ask(Question),
    Wait,
}

impl Questions {
    /// Takes the newest text.
    pub fn typed(&mut self, text: &str) -> Next {
        self.newest += 1;
        self.waiting = None;
        if let Some((_, known)) = self.answers.iter().find(|(asked, _)| asked == text) {
            return Next::Show(known.clone());
        }
        if self.under_way.is_some() {
            self.waiting = Some(text.to_owned());
            return Next::Wait;
        }
        Next::Ask(self.ask(text.to_owned()))
    }

    /// No answer that is still to come is wanted.
    pub fn forget(&mut self) {
        self.newest += 1;
        self.waiting = None;
    }

    /// What was answered may no longer be right.
    pub fn forget_answers(&mut self) {
        self.answers.clear();
    }

    /// Takes an answer, or that there was none: whether it is to be shown, and what to ask next.
    pub fn answered(&mut self, question: &Question, found: Option<&Suggested>) -> (bool, Option<Question>) {
        if let Some(found) = found {
            if self.answers.len() == KEPT {
                self.answers.remove(0);
            }
            self.answers.push((question.text.clone(), found.clone()));
        }
        (question.number == self.newest, self.given_up(question.number))
    }

    /// Waits no longer for an answer: what to ask next.
    pub fn given_up(&mut self, number: u64) -> Option<Question> {
        if self.under_way != Some(number) {
            return None;
        }
        self.under_way = None;
        let text = self.waiting.take()?;
        Some(self.ask(text))
    }

    fn ask(&mut self, text: String) -> Question {
        self.under_way = Some(self.newest);
        Question { number: self.newest, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str) -> Suggested {
        Suggested { queries: vec![query.into()], ..Suggested::default() }
    }

    fn asked(next: Next) -> Question {
        match next {
            Next::Ask(question) => question,
            other => panic!("not asked: {other:?}"),
        }
    }

    #[test]
    fn while_a_question_is_under_way_only_the_newest_text_waits() {
        let mut questions = Questions::default();
        let first = asked(questions.typed("s"));
        assert_eq!([questions.typed("se"), questions.typed("sea")], [Next::Wait, Next::Wait]);
        let (is_shown, next) = questions.answered(&first, Some(&found("s")));
        let next = next.unwrap();
        assert!(!is_shown, "the box says something else by now");
        assert_eq!(next.text, "sea");
        assert_eq!(questions.answered(&next, Some(&found("sea"))), (true, None));
    }

    #[test]
    fn a_late_answer_is_not_shown_over_a_newer_one() {
        let mut questions = Questions::default();
        let late = asked(questions.typed("s"));
        assert_eq!(questions.typed("se"), Next::Wait);
        let second = questions.given_up(late.number).unwrap();
        assert_eq!(questions.answered(&second, Some(&found("se"))), (true, None));
        assert_eq!(questions.answered(&late, Some(&found("s"))), (false, None));
        assert_eq!(questions.given_up(late.number), None);
    }

    #[test]
    fn what_was_answered_is_not_asked_again_until_it_is_forgotten() {
        let mut questions = Questions::default();
        let question = asked(questions.typed("sea"));
        questions.answered(&question, Some(&found("seal")));
        assert_eq!(questions.typed("sea"), Next::Show(found("seal")));
        questions.forget_answers();
        let question = asked(questions.typed("sea"));
        questions.answered(&question, None);
        asked(questions.typed("sea"));
    }

    #[test]
    fn after_the_list_was_closed_no_answer_opens_it() {
        let mut questions = Questions::default();
        let question = asked(questions.typed("sea"));
        questions.typed("seal");
        questions.forget();
        assert_eq!(questions.answered(&question, Some(&found("sea"))), (false, None));
    }
}
