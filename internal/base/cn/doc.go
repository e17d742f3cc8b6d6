// Package cn holds the rules that come with Chinese people, companies and text:
// certificate numbers, telephone numbers, masks, pinyin, search tokens and the
// decoding of text files.
//
// It owns
//   - resident identity numbers 公民身份号码 (GB 11643), unified social credit
//     codes 统一社会信用代码 (GB 32100-2015), organisation codes 组织机构代码
//     (GB 11714) and the formats of the other certificates people show;
//   - telephone numbers 电话号码 as they are written in China;
//   - the masks 脱敏 of personal data on screen;
//   - pinyin 拼音 of names and places, with a table of our own for characters
//     that are read differently there, and the sort key of the Chinese order;
//   - folding, grams and query terms of the search (requirement A4);
//   - detection and strict decoding of UTF-8, UTF-16 and GB18030 files;
//   - surnames and given-name characters for generated people.
//
// It does not own labels and messages: errors carry codes, the text shown to a
// user is made from them at the edge. It reads no clock (days are passed in) and
// does no I/O. No error of this package repeats the value it refused, so that
// errors may be logged.
package cn
