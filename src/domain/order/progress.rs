//! The way of an order as its buyer sees it: placed, paid, packed, on its way, delivered.

use super::{Fulfilment, OrderStatus};

/// A step of the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Placed,
    Paid,
    Packed,
    OnItsWay,
    Delivered,
}

/// How far a step is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepState {
    Done,
    /// What is being waited for or worked on.
    Current,
    Ahead,
}

/// The steps of an order in their order. One that is paid at the door is paid last. Empty for one that ended without
/// being delivered.
#[must_use]
pub fn steps(
    status: OrderStatus,
    fulfilment: Fulfilment,
    is_paid: bool,
    is_paid_at_the_door: bool,
) -> Vec<(Step, StepState)> {
    let done = |step: Step| match step {
        Step::Placed => true,
        Step::Paid => is_paid,
        Step::Packed => fulfilment != Fulfilment::Unfulfilled,
        Step::OnItsWay => matches!(status, OrderStatus::Delivered),
        Step::Delivered => status == OrderStatus::Delivered,
    };
    let order = if is_paid_at_the_door {
        [Step::Placed, Step::Packed, Step::OnItsWay, Step::Delivered, Step::Paid]
    } else {
        [Step::Placed, Step::Paid, Step::Packed, Step::OnItsWay, Step::Delivered]
    };
    if matches!(status, OrderStatus::Cancelled | OrderStatus::Expired) {
        return Vec::new();
    }
    let current = order.into_iter().position(|step| !done(step));
    let state = |(i, step): (usize, Step)| match current {
        _ if done(step) => (step, StepState::Done),
        Some(current) if i == current => (step, StepState::Current),
        _ => (step, StepState::Ahead),
    };
    order.into_iter().enumerate().map(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus as S;

    fn current(status: S, fulfilment: Fulfilment, is_paid: bool, at_the_door: bool) -> Option<Step> {
        let steps = steps(status, fulfilment, is_paid, at_the_door);
        assert!(steps.iter().filter(|(_, state)| *state == StepState::Current).count() <= 1);
        steps.into_iter().find(|(_, state)| *state == StepState::Current).map(|(step, _)| step)
    }

    #[test]
    fn the_step_that_is_waited_for_is_the_first_that_is_not_done() {
        let (none, part, all) = (Fulfilment::Unfulfilled, Fulfilment::PartiallyShipped, Fulfilment::Shipped);
        assert_eq!(current(S::PendingPayment, none, false, false), Some(Step::Paid));
        assert_eq!(current(S::Paid, none, true, false), Some(Step::Packed));
        assert_eq!(current(S::Processing, none, true, false), Some(Step::Packed));
        assert_eq!(current(S::Processing, part, true, false), Some(Step::OnItsWay));
        assert_eq!(current(S::Shipped, all, true, false), Some(Step::OnItsWay));
        assert_eq!(current(S::Delivered, Fulfilment::Delivered, true, false), None);
    }

    #[test]
    fn who_pays_at_the_door_pays_last() {
        assert_eq!(current(S::Processing, Fulfilment::Unfulfilled, false, true), Some(Step::Packed));
        assert_eq!(current(S::Shipped, Fulfilment::Shipped, false, true), Some(Step::OnItsWay));
        assert_eq!(current(S::Delivered, Fulfilment::Delivered, false, true), Some(Step::Paid));
    }

    #[test]
    fn an_order_that_ended_has_no_way() {
        assert!(steps(S::Cancelled, Fulfilment::Unfulfilled, true, false).is_empty());
        assert!(steps(S::Expired, Fulfilment::Unfulfilled, false, false).is_empty());
    }
}
