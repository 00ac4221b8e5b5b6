// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// A waiting line as a linked list. Each entry names the next, so no reader can know a slot before
/// it has the one in front of it: the case that running ahead does not help.
contract Queue {
    struct Entry {
        address next;
        uint96 amount; // wei asked for
    }

    address public first;
    address public last;
    mapping(address who => Entry) public entries;

    /// Everybody of `people` lines up in that order.
    function join(address[] calldata people, uint96[] calldata amounts) external {
        for (uint256 i = 0; i < people.length; i++) {
            entries[people[i]].amount = amounts[i];
            if (first == address(0)) first = people[i];
            else entries[last].next = people[i];
            last = people[i];
        }
    }

    /// What the first `count` in the line ask for together, and how many there were.
    function asked(uint256 count) external view returns (uint256 amount, uint256 people) {
        address who = first;
        while (who != address(0) && people < count) {
            Entry memory entry = entries[who];
            amount += entry.amount;
            who = entry.next;
            people++;
        }
    }
}
