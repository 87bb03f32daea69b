// SPDX-License-Identifier: Apache-2.0
//
// policy_codes.h: the closed list of what the policy reader can say.
//
// Use:      the reader names every finding by one of these; docs/policy.md has a row for each, and a test holds each
//           against a policy that causes it.
// Threads:  constants.
#ifndef SERIESGUARD_RULES_READING_POLICY_CODES_H_
#define SERIESGUARD_RULES_READING_POLICY_CODES_H_

#include <string_view>

namespace seriesguard::policy_code {

// The text is not the YAML that a policy may be.
inline constexpr std::string_view kTooLarge = "too_large";
inline constexpr std::string_view kNotUtf8 = "not_utf8";
inline constexpr std::string_view kControlCharacter = "control_character";
inline constexpr std::string_view kYamlSyntax = "yaml_syntax";
inline constexpr std::string_view kTooDeep = "too_deep";
inline constexpr std::string_view kAnchor = "anchor";
inline constexpr std::string_view kAlias = "alias";
inline constexpr std::string_view kTag = "tag";
inline constexpr std::string_view kSecondDocument = "second_document";
inline constexpr std::string_view kDuplicateKey = "duplicate_key";
inline constexpr std::string_view kTooManyFindings = "too_many_findings";

// A key or a value is not what it must be.
inline constexpr std::string_view kUnknownKey = "unknown_key";
inline constexpr std::string_view kMissingKey = "missing_key";
inline constexpr std::string_view kConflictingKeys = "conflicting_keys";
inline constexpr std::string_view kWrongType = "wrong_type";
inline constexpr std::string_view kBadValue = "bad_value";
inline constexpr std::string_view kOutOfRange = "out_of_range";
inline constexpr std::string_view kEmptyOtherwise = "empty_otherwise";
inline constexpr std::string_view kBadRegex = "bad_regex";
inline constexpr std::string_view kCostlyRegex = "costly_regex";
inline constexpr std::string_view kBadRoute = "bad_route";
inline constexpr std::string_view kBadReplacement = "bad_replacement";
inline constexpr std::string_view kManifestKey = "manifest_key";

// A rule speaks for something that it must not speak for.
inline constexpr std::string_view kDuplicateName = "duplicate_name";
inline constexpr std::string_view kReservedName = "reserved_name";
inline constexpr std::string_view kReservedLabel = "reserved_label";
inline constexpr std::string_view kSeriesName = "series_name";

// The arithmetic does not come out.
inline constexpr std::string_view kAllowAboveLimit = "allow_above_limit";
inline constexpr std::string_view kPinsAboveLimit = "pins_above_limit";
inline constexpr std::string_view kReserveAboveLimit = "reserve_above_limit";
inline constexpr std::string_view kReservesAboveBudget = "reserves_above_budget";
inline constexpr std::string_view kCapacityBelowLimit = "capacity_below_limit";

// Warnings: the policy is in force, but probably not as its author thinks.
inline constexpr std::string_view kShadowedRule = "shadowed_rule";
inline constexpr std::string_view kWillFold = "will_fold";
inline constexpr std::string_view kOtherwiseAllowed = "otherwise_allowed";
inline constexpr std::string_view kDuplicateValue = "duplicate_value";
inline constexpr std::string_view kUnreachableValue = "unreachable_value";
inline constexpr std::string_view kNotIdempotent = "not_idempotent";
inline constexpr std::string_view kNoEffect = "no_effect";
inline constexpr std::string_view kShortFreeze = "short_freeze";
inline constexpr std::string_view kLimitAboveBudget = "limit_above_budget";
inline constexpr std::string_view kReserveMayExceed = "reserve_may_exceed";

inline constexpr std::string_view kAll[] = {
    kTooLarge,
    kNotUtf8,
    kControlCharacter,
    kYamlSyntax,
    kTooDeep,
    kAnchor,
    kAlias,
    kTag,
    kSecondDocument,
    kDuplicateKey,
    kTooManyFindings,
    kUnknownKey,
    kMissingKey,
    kConflictingKeys,
    kWrongType,
    kBadValue,
    kOutOfRange,
    kEmptyOtherwise,
    kBadRegex,
    kCostlyRegex,
    kBadRoute,
    kBadReplacement,
    kManifestKey,
    kDuplicateName,
    kReservedName,
    kReservedLabel,
    kSeriesName,
    kAllowAboveLimit,
    kPinsAboveLimit,
    kReserveAboveLimit,
    kReservesAboveBudget,
    kCapacityBelowLimit,
    kShadowedRule,
    kWillFold,
    kOtherwiseAllowed,
    kDuplicateValue,
    kUnreachableValue,
    kNotIdempotent,
    kNoEffect,
    kShortFreeze,
    kLimitAboveBudget,
    kReserveMayExceed,
};

}  // namespace seriesguard::policy_code

#endif  // SERIESGUARD_RULES_READING_POLICY_CODES_H_
