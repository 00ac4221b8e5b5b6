// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

interface IToken {
    function balanceOf(address holder) external view returns (uint256);
}

interface IPriceFeed {
    function priceOf(address token) external view returns (uint256 cents, uint256 unit);
}

/// What a holder's tokens are worth: the kind of view a wallet asks for. Every token costs a read
/// of its code, of the balance and, if there is one, of the price.
contract Portfolio {
    IPriceFeed public feed;
    address[] public tokens;

    constructor(IPriceFeed feed_, address[] memory tokens_) {
        feed = feed_;
        tokens = tokens_;
    }

    /// Over the tokens listed in storage. Each listed token must be read before it can be asked.
    function valueOf(address holder) external view returns (uint256 cents, uint256 held) {
        uint256 count = tokens.length;
        for (uint256 i = 0; i < count; i++) {
            uint256 value = valueIn(tokens[i], holder);
            cents += value;
            if (value != 0) held++;
        }
    }

    /// Over the tokens that the caller names.
    function valueOfChosen(address holder, address[] calldata chosen)
        external
        view
        returns (uint256 cents, uint256 held)
    {
        for (uint256 i = 0; i < chosen.length; i++) {
            uint256 value = valueIn(chosen[i], holder);
            cents += value;
            if (value != 0) held++;
        }
    }

    function valueIn(address token, address holder) private view returns (uint256) {
        uint256 balance = IToken(token).balanceOf(holder);
        if (balance == 0) return 0;
        (uint256 cents, uint256 unit) = feed.priceOf(token);
        return balance * cents / unit;
    }
}
